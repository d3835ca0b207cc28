-- Of the figures of one category, the one that stands for all: the group `all`, else the largest low.
create or replace macro main_figure(figures, wanted) as list_sort(list_transform(
    list_filter(figures, lambda figure: figure.category = wanted),
    lambda figure: {
        'is_defined': figure.definition is not null,
        'is_part': figure.victims <> 'all',
        'rank': coalesce(-figure.low, 1),
        'victims': figure.victims,
        'low': figure.low,
        'best': figure.best,
        'high': figure.high
    }
))[1];
