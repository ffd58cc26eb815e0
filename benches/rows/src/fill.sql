-- What a service of some months has: texts as in the samples, and of most images a result. Of ten images seven are
-- completed, one failed, one is being made, and one is superseded and deleted.
INSERT INTO image_generations
    (id, storyboard_id, drama_id, provider, prompt, negative_prompt, model, size, quality, style, steps, cfg_scale,
     seed, image_url, minio_url, local_path, status, task_id, error_msg, width, height, reference_images, created_at,
     updated_at, completed_at, deleted_at)
SELECT
    2000 + n,
    CASE WHEN n % 7 > 0 THEN (ARRAY[101, 102, 103, 201])[1 + n % 4] END,
    1 + n % 3,
    (ARRAY['openai', 'stable_diffusion', 'midjourney', 'volcengine'])[1 + n % 4],
    (ARRAY['雨夜的公交站台，霓虹倒影，电影感远景', 'rainy bus stop, neon "O''Hara''s" sign; 50% fog',
        '便利店内景，暖光，玻璃上的雨滴，两人隔着货架对视',
        'Storm waves around a lonely lighthouse 🌊, wide shot, film grain'])[1 + n % 4] || ', take ' || n,
    CASE WHEN n % 4 < 2 THEN '模糊, 低质量, watermark' END,
    (ARRAY['dall-e-3', 'sd_xl_base_1.0', 'mj-v7', 'seedream-4.5'])[1 + n % 4],
    (ARRAY['1792x1024', '1024x1024'])[1 + n % 2],
    (ARRAY['hd', NULL, 'standard', NULL])[1 + n % 4],
    (ARRAY['realistic', 'anime', NULL])[1 + n % 3],
    CASE WHEN n % 4 = 1 THEN 20 + n % 30 END,
    CASE WHEN n % 4 = 1 THEN 7.5 END,
    2147483647 - n,
    CASE WHEN state < 7 OR state = 9 THEN 'https://provider.example/files/' || md5(n::text) || '.png?sig=' || n END,
    CASE WHEN state < 7 THEN 'http://minio.example:9000/images/' || n || '.png' END,
    CASE WHEN state < 7 OR state = 9 THEN 'images/' || n || '.png' END,
    (ARRAY['completed', 'failed', 'processing', 'completed'])[greatest(1, state - 5)],
    CASE WHEN n % 4 > 1 THEN 'task-' || md5('task' || n) END,
    CASE WHEN state = 7 THEN '超时: timeout' END,
    (ARRAY[1792, 1024])[1 + n % 2],
    1024,
    (ARRAY['["https://cdn.example/a.png","图/参考 1.png"]', '[]', NULL])[1 + n % 3],
    timestamp '2026-01-27 12:00:00.123456' + n * interval '1.234567 seconds',
    timestamp '2026-01-27 12:00:41.5' + n * interval '1.234567 seconds',
    CASE WHEN state < 7 OR state = 9 THEN timestamp '2026-01-27 12:00:41.5' + n * interval '1.234567 seconds' END,
    CASE WHEN state = 9 THEN timestamp '2026-02-01 08:00:00' END
FROM generate_series(1, $1::integer) AS n, LATERAL (SELECT n / 4 % 10 AS state) AS s
ORDER BY n
