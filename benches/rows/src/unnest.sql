INSERT INTO image_generations
    (storyboard_id, drama_id, provider, prompt, negative_prompt, model, size, quality, style, steps, cfg_scale, seed,
     image_url, minio_url, local_path, status, task_id, error_msg, width, height, reference_images, created_at,
     updated_at, completed_at, deleted_at)
SELECT * FROM unnest(
    $1::integer[], $2::integer[], $3::varchar[], $4::text[], $5::text[], $6::varchar[], $7::varchar[], $8::varchar[],
    $9::varchar[], $10::integer[], $11::float8[], $12::integer[], $13::varchar[], $14::varchar[], $15::varchar[],
    $16::varchar[], $17::varchar[], $18::text[], $19::integer[], $20::integer[], $21::text[], $22::timestamp[],
    $23::timestamp[], $24::timestamp[], $25::timestamp[])
