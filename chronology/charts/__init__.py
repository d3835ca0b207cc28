"""Charts: Vega-Lite specifications, one JSON file each, that name the views they draw; here they are found and filled.

A chart's data is named as the view it draws: `"data": {"name": "toll"}`. `series VIEW` is how the figures of a view
changed by day known; `land`, `borders` and `frame` are those of a map. Parameters of a chart can be set as columns are.
"""
