-- input: orders
select country, count(*) as orders from input group by country having count(*) > 430
