-- input: marvel
select "APPEARANCES" as seen, "Year" as since from input where "SEX" = 'Female Characters'
order by "APPEARANCES" desc nulls last, "Year" limit 5
