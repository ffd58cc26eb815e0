-- A few dramas and their images. Loading them twice changes nothing.
INSERT INTO dramas (id, title, genre, style, status, tags, deleted_at) VALUES
    (1, '雨夜归人', '都市悬疑', 'realistic', 'in_progress', '["悬疑","雨夜"]', NULL),
    (2, 'The Lighthouse Keeper', 'fantasy', 'anime', 'draft', '[]', NULL),
    (3, '旧城往事', '年代', 'realistic', 'completed', NULL, '2026-02-01 08:00:00')
ON CONFLICT (id) DO NOTHING;

INSERT INTO episodes (id, drama_id, episode_number, title) VALUES
    (10, 1, 1, '第一集 末班车'),
    (20, 2, 1, 'The Lamp Goes Out'),
    (30, 3, 1, '老街')
ON CONFLICT (id) DO NOTHING;

INSERT INTO storyboards (id, episode_id, storyboard_number, title, location, duration, status, deleted_at) VALUES
    (101, 10, 1, '站台远景', '城南公交站', 5, 'completed', NULL),
    (102, 10, 2, '伞下对视', '城南公交站', 4, 'pending', NULL),
    (103, 10, 3, '旧版镜头', '便利店', 6, 'pending', '2026-01-28 10:00:00'),
    (201, 20, 1, 'Storm over the rocks', 'Lighthouse', 6, 'processing', NULL)
ON CONFLICT (id) DO NOTHING;

INSERT INTO image_generations
    (id, storyboard_id, drama_id, provider, prompt, model, size, quality, width, height, local_path, status,
     created_at, completed_at)
VALUES
    (1001, 101, 1, 'openai', '雨夜的公交站台，霓虹倒影，电影感远景', 'dall-e-3', '1792x1024', 'hd', 1792, 1024,
     'images/1001.png', 'completed', '2026-01-27 12:00:00.123456', '2026-01-27 12:00:41.5')
ON CONFLICT (id) DO NOTHING;

INSERT INTO image_generations
    (id, storyboard_id, drama_id, provider, prompt, negative_prompt, steps, cfg_scale, seed, reference_images, status,
     error_msg, created_at)
VALUES
    (1002, 101, 1, 'stable_diffusion', 'rainy bus stop, neon "O''Hara''s" sign; 50% fog', '模糊, 低质量', 30, 7.5,
     2147483647, '["https://cdn.example/a.png","图/参考 1.png"]', 'failed', '超时: timeout',
     '2026-01-27 12:00:00.123456')
ON CONFLICT (id) DO NOTHING;

INSERT INTO image_generations
    (id, storyboard_id, drama_id, provider, prompt, model, task_id, seed, cfg_scale, reference_images, status,
     created_at, deleted_at)
VALUES
    (1003, NULL, 1, 'midjourney', '便利店内景，暖光', NULL, 'mj-7f3a', NULL, NULL, '[]', 'processing',
     '2026-01-28 09:30:00', NULL),
    (1005, 103, 1, 'upload', '用户上传的参考图', 'upload', NULL, NULL, NULL, NULL, 'completed',
     '2026-01-25 00:00:00', NULL),
    (1006, 101, 1, 'openai', 'superseded draft', NULL, NULL, 0, 0, 'not-json', 'completed',
     '2026-01-26 18:00:00', '2026-01-27 11:00:00')
ON CONFLICT (id) DO NOTHING;

-- These two leave to the database what upstream left NULL.
INSERT INTO image_generations (id, storyboard_id, drama_id, provider, prompt, image_url, status) VALUES
    (1004, 201, 2, 'openai', 'Storm waves around a lonely lighthouse 🌊', 'data:image/png;base64,iVBORw0KGgo=',
     'pending')
ON CONFLICT (id) DO NOTHING;

INSERT INTO image_generations (id, storyboard_id, drama_id, provider, prompt, created_at) VALUES
    (1007, NULL, 3, 'gemini', '老街黄昏', '2026-01-20 00:00:00')
ON CONFLICT (id) DO NOTHING;

INSERT INTO assets (id, drama_id, name, type, url, image_gen_id, deleted_at) VALUES
    (501, 1, 'Image_1001', 'image', 'https://cdn.example/1001.png', 1001, NULL),
    (502, 1, '站台远景-备份', 'image', 'https://cdn.example/1001b.png', 1001, '2026-01-29 00:00:00'),
    (503, NULL, 'Rain loop', 'audio', 'https://cdn.example/rain.mp3', NULL, NULL)
ON CONFLICT (id) DO NOTHING;

-- The identities go on after the rows that brought their own numbers.
SELECT setval(pg_get_serial_sequence('dramas', 'id'), max(id)) FROM dramas;
SELECT setval(pg_get_serial_sequence('episodes', 'id'), max(id)) FROM episodes;
SELECT setval(pg_get_serial_sequence('storyboards', 'id'), max(id)) FROM storyboards;
SELECT setval(pg_get_serial_sequence('image_generations', 'id'), max(id)) FROM image_generations;
SELECT setval(pg_get_serial_sequence('assets', 'id'), max(id)) FROM assets;
