-- input: orders
-- in a database: order by country, order_id
select distinct on (country) country, order_id, product from input
