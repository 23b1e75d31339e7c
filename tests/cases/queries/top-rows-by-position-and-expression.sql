-- input: orders
select country, quantity * unit_price as worth, order_id from input
where status = 'cancelled' order by 1, quantity * unit_price desc, order_id limit 40
