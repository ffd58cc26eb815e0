-- What set_null would have done, had the image been live when its storyboard went.
UPDATE image
SET deleted_at = NULL, storyboard_id = CASE WHEN storyboard_id = ANY($2) THEN NULL ELSE storyboard_id END
WHERE id = ANY($1)
