-- input: orders
select order_id from input limit 0
