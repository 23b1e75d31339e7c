-- input: orders
select order_id, ordered_at::date as day, ordered_at::date + 1 as next, ordered_at::date - date '2023-02-28' as days_on
from input where ordered_at::date = date '2024-02-29'
