-- input: women-stem
select count(*) filter (where "Women" > "Men") as mostly_women, count(*) as majors, bool_and("Total" > 0) as peopled,
       max("Median") as best from input
