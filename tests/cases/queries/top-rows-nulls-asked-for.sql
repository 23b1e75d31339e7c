-- input: orders
select order_id, note from input where order_id <= 300 order by note nulls first, order_id desc limit 215
