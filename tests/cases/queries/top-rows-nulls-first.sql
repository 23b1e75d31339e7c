-- input: orders
select order_id, note from input where order_id <= 300 order by note desc, order_id limit 230
