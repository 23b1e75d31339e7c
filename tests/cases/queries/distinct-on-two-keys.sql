-- input: orders
-- in a database: order by status, quantity, order_id
select distinct on (status, quantity) status, quantity, order_id from input where order_id > 5000
