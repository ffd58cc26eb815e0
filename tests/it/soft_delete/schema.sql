-- An image is reached from its drama by two paths: directly, and through its storyboard.
CREATE TABLE drama (id int PRIMARY KEY, plays int NOT NULL DEFAULT 0, deleted_at timestamp);
CREATE TABLE storyboard (
    id int PRIMARY KEY,
    drama_id int NOT NULL REFERENCES drama,
    number int NOT NULL,
    deleted_at timestamp
);
CREATE TABLE image (
    id int PRIMARY KEY,
    drama_id int NOT NULL REFERENCES drama,
    storyboard_id int REFERENCES storyboard,
    deleted_at timestamp
);
CREATE UNIQUE INDEX storyboard_number ON storyboard (drama_id, number) WHERE deleted_at IS NULL;
CREATE INDEX image_drama ON image (drama_id) WHERE deleted_at IS NULL;
CREATE INDEX image_storyboard ON image (storyboard_id) WHERE deleted_at IS NULL;
