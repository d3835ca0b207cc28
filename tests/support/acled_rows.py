"""A row of ACLED with every column that ten years of exports had, and the shapes of these."""


def columns(text):
    return text.split(",")


TODAY = columns(
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
    "actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,"
    "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
)
IN_2015 = columns(
    "GWNO,EVENT_ID_CNTY,EVENT_ID_NO_CNTY,EVENT_DATE,YEAR,TIME_PRECISION,EVENT_TYPE,ACTOR1,ALLY_ACTOR_1,INTER1,ACTOR2,"
    "ALLY_ACTOR_2,INTER2,INTERACTION,COUNTRY,ADMIN1,ADMIN2,ADMIN3,LOCATION,LATITUDE,LONGITUDE,GEO_PRECISION,SOURCE,"
    "NOTES,FATALITIES"
)
IN_2016 = ["", *IN_2015]
IN_2019 = columns(
    "data_id,iso,event_id_cnty,event_id_no_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,region,country,admin1,admin2,admin3,location,latitude,"
    "longitude,geo_precision,source,source_scale,notes,fatalities,timestamp,iso3"
)
SHAPES = {
    "today": TODAY,
    "with a population": [*TODAY, "population_1km", "population_2km", "population_5km", "population_best"],
    "25 columns in upper case": IN_2015,
    "a leading index column": IN_2016,
    "data_id and iso3": IN_2019,
    "columns in another order": TODAY[::-1],
    "the least": ["event_id_cnty", "event_date", "event_type", "sub_event_type", "fatalities"],
}

ROW = {
    "event_id_cnty": "MLI1234", "event_date": "2023-10-31", "year": "2023", "time_precision": "1",
    "disorder_type": "Political violence", "event_type": "Battles", "sub_event_type": "Armed clash",
    "actor1": "Military Forces of Mali", "assoc_actor_1": "Wagner Group; Dozo Militia", "inter1": "State forces",
    "actor2": "JNIM", "inter2": "Rebel group", "interaction": "State forces-Rebel group", "iso": "466",
    "region": "Western Africa", "country": "Mali", "admin1": "Kidal", "location": "Kidal", "latitude": "18.4411",
    "longitude": "1.4078", "geo_precision": "1", "source": "AFP; Reuters", "source_scale": "International",
    "notes": "Clash near Kidal.", "fatalities": "4", "timestamp": "1699300000", "": "17", "data_id": "9000001",
    "event_id_no_cnty": "1234", "iso3": "MLI", "population_1km": "900", "population_best": "20000",
}  # fmt: skip
ROW |= {
    name: ROW.get(name.lower().replace("ally", "assoc"), "") for name in IN_2015
}  # the same in upper case, as 2015 had it
ROW |= {"EVENT_TYPE": "Battle-No change of territory", "INTER1": "1", "INTER2": "2", "INTERACTION": "12"}
