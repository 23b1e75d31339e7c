-- input: orders
select split_part(email, '@', 1) as name, split_part(split_part(email, '@', 2), '.', 1) as host,
       substr(email, 2, 3) as inside, email || '!' as loud, starts_with(email, 'mia') as is_mia
from input where order_id % 250 = 0
