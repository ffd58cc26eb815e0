-- Ordered-set and hypothetical-set aggregates.
-- superuser

-- from
CREATE AGGREGATE middle(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
    FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);

-- to
CREATE AGGREGATE place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal,
    FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
COMMENT ON AGGREGATE place(VARIADIC "any" ORDER BY VARIADIC "any") IS 'a rank';

-- plan
-- creates aggregate public.place("any"); drops aggregate public.middle(double precision, anyelement)
-- hazard drop-function:public.middle(double precision, anyelement): a program that calls it fails

BEGIN;

CREATE OR REPLACE AGGREGATE public.place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
COMMENT ON AGGREGATE public.place("any") IS 'a rank';

DROP AGGREGATE public.middle(double precision, anyelement);

COMMIT;
