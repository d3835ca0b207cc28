"""A row of UCDP GED."""

ROW = {
    "id": "1", "type_of_violence": "1", "side_a": "Government of X", "side_b": "Y", "where_prec": "2",
    "where_coordinates": "Kidal town", "latitude": "18.44", "longitude": "1.41", "country": "Mali",
    "event_clarity": "1", "date_prec": "2", "date_start": "2023-10-30 00:00:00.000",
    "date_end": "2023-10-31 00:00:00.000", "deaths_a": "1", "deaths_b": "0", "deaths_civilians": "2",
    "deaths_unknown": "0", "best": "3", "high": "5", "low": "1", "source_office": "AFP;BBC",
}  # fmt: skip
