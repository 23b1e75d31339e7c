-- input: orders
select order_id, status from input where status = 'lost'
