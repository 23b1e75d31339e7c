-- input: orders
select order_id, customer_id from input where country = 'CZ' limit 7
