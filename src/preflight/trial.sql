-- Which rows have a value that cannot become one of the type? All at once first, since that is quick; one by one where
-- that fails.
DECLARE
    one /* table */%ROWTYPE;
    tried /* type */;
    failed bigint := 0;
    keys text[] := '{}';
BEGIN
    BEGIN
        FOR one IN SELECT t.* FROM /* table */ AS t LOOP
            tried := (SELECT /* value */ FROM (SELECT (one).*) AS t);
        END LOOP;
    EXCEPTION WHEN data_exception OR cannot_coerce OR invalid_text_representation OR raise_exception OR check_violation
        OR not_null_violation
    THEN
        FOR one IN SELECT t.* FROM /* table */ AS t LOOP
            BEGIN
                tried := (SELECT /* value */ FROM (SELECT (one).*) AS t);
            EXCEPTION WHEN data_exception OR cannot_coerce OR invalid_text_representation OR raise_exception
                OR check_violation OR not_null_violation
            THEN
                failed := failed + 1;
                IF failed <= /* keys */ THEN
                    keys := keys || (SELECT /* key */ FROM (SELECT (one).*) AS t);
                END IF;
            END;
        END LOOP;
    END;
    PERFORM set_config('feedstock.failed', failed::text, true), set_config('feedstock.keys', keys::text, true);
END
