-- input: orders
select order_id, unit_price from input order by unit_price desc, order_id limit 12
