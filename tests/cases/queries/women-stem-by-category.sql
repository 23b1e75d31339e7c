-- input: women-stem
select "Major_category" as category, count(*) as majors, sum("Total") as total, avg("ShareWomen") as share,
       stddev("Median") as deviation
from input group by "Major_category"
