-- input: orders
select order_id, note, note is null as silent, note = 'gift' as gift, coalesce(note, 'none') as said
from input where (note <> 'gift' or note is null) and order_id <= 60
