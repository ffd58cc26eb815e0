-- New tables come in the order of their references, not of the alphabet; a circle is no obstacle.

-- from

-- to
CREATE TABLE zoo (id integer PRIMARY KEY);
CREATE TABLE keeper (id integer PRIMARY KEY, zoo integer REFERENCES zoo);
CREATE TABLE animal (id integer PRIMARY KEY, keeper integer REFERENCES keeper, zoo integer REFERENCES zoo);
ALTER TABLE zoo ADD COLUMN head integer REFERENCES keeper;

-- plan
-- creates table zoo, table keeper, table animal, foreign key animal_keeper_fkey on animal, foreign key animal_zoo_fkey on animal and 2 more

BEGIN;

CREATE TABLE public.zoo (
    id integer NOT NULL,
    head integer,
    CONSTRAINT zoo_pkey PRIMARY KEY (id)
);

CREATE TABLE public.keeper (
    id integer NOT NULL,
    zoo integer,
    CONSTRAINT keeper_pkey PRIMARY KEY (id)
);

CREATE TABLE public.animal (
    id integer NOT NULL,
    keeper integer,
    zoo integer,
    CONSTRAINT animal_pkey PRIMARY KEY (id)
);

ALTER TABLE public.animal ADD CONSTRAINT animal_keeper_fkey FOREIGN KEY (keeper) REFERENCES public.keeper(id);

ALTER TABLE public.animal ADD CONSTRAINT animal_zoo_fkey FOREIGN KEY (zoo) REFERENCES public.zoo(id);

ALTER TABLE public.keeper ADD CONSTRAINT keeper_zoo_fkey FOREIGN KEY (zoo) REFERENCES public.zoo(id);

ALTER TABLE public.zoo ADD CONSTRAINT zoo_head_fkey FOREIGN KEY (head) REFERENCES public.keeper(id);

COMMIT;
