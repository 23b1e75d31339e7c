-- input: orders
select status, quantity, count(*) as orders from input group by 1, 2
