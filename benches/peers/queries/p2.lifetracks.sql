select count(*) filter (where kept[1]) as ninth_graders, count(*) filter (where kept[2]) as after_one,
       count(*) filter (where kept[3]) as after_two, count(*) filter (where kept[4]) as after_three,
       count(*) filter (where kept[5]) as after_four, count(*) filter (where kept[6]) as after_five
from (select person_id, retention(school_year = 2016 and grade = '09', school_year = 2017, school_year = 2018,
                                  school_year = 2019, school_year = 2020, school_year = 2021) as kept
      from k12_enrollment
      where school_year between 2016 and 2021
      group by person_id) person
