-- input: orders
select country, count(*) as orders from input group by country order by orders desc, country limit 5
