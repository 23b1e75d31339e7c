-- input: orders
select status, count(*) as n, sum(worth) as worth from (
    select status, quantity * unit_price as worth, order_id from input order by quantity * unit_price desc, order_id limit 100
) as largest group by status
