COPY image_generations
    (storyboard_id, drama_id, provider, prompt, negative_prompt, model, size, quality, style, steps, cfg_scale, seed,
     image_url, minio_url, local_path, status, task_id, error_msg, width, height, reference_images, created_at,
     updated_at, completed_at, deleted_at)
FROM STDIN (FORMAT binary)
