-- input: orders
select order_id, stddev(unit_price) as deviation, avg(unit_price) as mean from input where order_id <= 3 group by order_id
