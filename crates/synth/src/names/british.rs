//! British given names by sex and years of birth, and British family names, the most frequent first.
//! Ranks follow the look of published counts; they are not a copy of any table.

/// Given names of one generation.
pub(crate) struct Generation {
    /// The last year of birth it covers.
    pub(crate) until: i16,
    /// Names of girls.
    pub(crate) female: &'static str,
    /// Names of boys.
    pub(crate) male: &'static str,
}

/// The generations, the oldest first.
pub(crate) const GENERATIONS: &[Generation] = &[
    Generation {
        until: 1959,
        female: "Margaret Susan Patricia Christine Mary Jean Linda Ann Carol Barbara Janet Sheila Maureen Jacqueline \
            Pauline Sandra Brenda Kathleen Joan Valerie Marion Elizabeth Gillian Judith Shirley Sylvia Pamela Joyce \
            Rosemary Dorothy Eileen Hilary Marilyn Wendy Irene Anne Jennifer Veronica Beryl Lesley Hazel Josephine \
            Yvonne Theresa Geraldine Doreen Lynne Glenys Frances Beverley Doris Iris Audrey Gwendoline Marjorie \
            Edna Rita Winifred Bridget Olwen",
        male: "John David Michael Peter Robert Brian Alan Anthony William James Kenneth Roger Keith Colin Barry \
            Christopher Terence Raymond Richard Derek Graham Malcolm Patrick Geoffrey George Dennis Thomas Ronald \
            Roy Trevor Stephen Charles Leslie Clive Edward Donald Norman Maurice Eric Gordon Philip Bernard Frank \
            Stanley Frederick Douglas Arthur Gerald Rodney Leonard Victor Albert Harold Neville Desmond Reginald \
            Stuart Hugh Walter Cyril",
    },
    Generation {
        until: 1979,
        female: "Susan Julie Karen Jacqueline Deborah Tracey Jane Helen Diane Sharon Tracy Angela Sarah Alison \
            Caroline Amanda Sandra Linda Catherine Elizabeth Carol Joanne Wendy Janet Dawn Nicola Lisa Claire Emma \
            Michelle Samantha Joanna Louise Paula Maria Lorraine Rachel Donna Melanie Rebecca Lesley Heather Andrea \
            Beverley Debbie Maxine Kerry Tina Zoë Victoria Anna Jennifer Teresa Suzanne Sally Gail Mandy Denise \
            Fiona Siân Gaynor Marie",
        male: "David Paul Andrew Mark John Michael Stephen Ian Robert Richard Christopher Peter Simon Anthony Kevin \
            Gary Steven Martin James Philip Alan Neil Nigel Timothy Colin Graham Jonathan Nicholas William Adrian \
            Brian Stuart Keith Thomas Patrick Sean Carl Trevor Wayne Shaun Kenneth Barry Derek Dean Raymond Antony \
            Jeremy Joseph Edward Lee Darren Jason Matthew Jeffrey Craig Russell Daniel Glenn Duncan Justin Gareth \
            Damian Dominic",
    },
    Generation {
        until: 1994,
        female: "Sarah Laura Gemma Emma Rebecca Claire Victoria Samantha Rachel Amy Jennifer Nicola Katie Lisa Kelly \
            Natalie Louise Michelle Hayley Hannah Helen Charlotte Joanne Lucy Elizabeth Leanne Danielle Donna \
            Katherine Clare Stephanie Stacey Lauren Jane Kirsty Catherine Kerry Jessica Emily Sophie Jodie Chloe \
            Zara Naomi Alexandra Abigail Carly Lindsey Cheryl Rachael Melissa Holly Vicky Alice Georgina Kayleigh \
            Rhiannon Bethany Sian Tara Frances",
        male: "Christopher James David Daniel Michael Matthew Andrew Richard Paul Mark Thomas Adam Robert John Lee \
            Benjamin Steven Jonathan Craig Stephen Simon Nicholas Peter Anthony Alexander Gary Ian Ryan Darren \
            Barry Philip Luke Stuart Joseph Neil Wayne Martin Gareth William Jamie Kevin Sean Ashley Scott Samuel \
            Karl Edward Jason Timothy Shaun Aaron Marc Gavin Liam Josh Kieran Carl Jack Oliver Dean Nathan Lewis \
            Kyle Rhys Callum",
    },
    Generation {
        until: i16::MAX,
        female: "Chloe Emily Jessica Sophie Megan Charlotte Lauren Rebecca Hannah Olivia Lucy Amy Katie Bethany Emma \
            Grace Ellie Georgia Holly Ella Molly Abigail Caitlin Jade Shannon Leah Amelia Paige Eleanor Alice Mia \
            Daisy Phoebe Courtney Samantha Natasha Erin Poppy Isabella Elizabeth Jasmine Zoe Ruby Evie Maisie \
            Freya Lily Imogen Amber Millie Isabelle Rosie Kayleigh Niamh Skye Tia Keira Libby Summer Harriet Anna",
        male: "Jack Thomas James Daniel Joshua Matthew Samuel Joseph Callum Jordan Connor Ryan Luke William Harry \
            Benjamin George Lewis Alexander Oliver Liam Jake Adam Nathan Jamie Kieran Bradley Charlie Ben Kyle \
            Aaron Max Cameron Reece Dylan Owen Jacob Ethan Michael Robert Brandon Ashley Joel Louis Tyler Toby \
            Henry Leo Mason Alfie Isaac Archie Rhys Finley Logan Harvey Declan Kai Riley Sebastian Elliot Morgan",
    },
];

/// Family names.
pub(crate) const FAMILY: &str = "Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Johnson Roberts \
    Robinson Thompson Wright Walker White Edwards Hughes Green Hall Lewis Harris Clarke Patel Jackson Wood Turner \
    Martin Cooper Hill Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis \
    Parker Price Bennett Young Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller \
    Cox Richards Khan Marshall Anderson Simpson Ellis Adams Singh Begum Wilkinson Foster Chapman Powell Webb Rogers \
    Gray Mason Ali Hunt Hussain Campbell Matthews Owen Palmer Holmes Mills Barnes Knight Lloyd Butler Russell Barker \
    Fisher Stevens Jenkins Murray Dixon Harvey Graham Pearson Ahmed Fletcher Walsh Kaur Gibson Howard Andrews Stewart \
    Elliott Reynolds Saunders Payne Fox Ford Pearce Day Brooks West Lawrence Cole Atkinson Bradley Spencer Gill Dawson \
    Watts Burton O'Brien Rose Hart Wells Bird Hudson Francis Wheeler Ross Perry Armstrong Booth Carr Newman Woods \
    Grant Warren Stone Barrett Cunningham Sutton Webster Hopkins Lowe Riley Hawkins Reid Hayes Goodwin Nicholls \
    McDonald Bryant Jordan Gregory Lane Burgess Porter Kennedy Johnston Burns Sharp Harding Berry Gardner Parsons \
    Osborne Hewitt Bates Ryan Dean Austin Hamilton Nash Black O'Connor Coles Kaye McCarthy Henderson Read Lambert \
    Wallace Walters Yates Ball Long Cross Fuller Freeman Norris Curtis Crawford Robertson Barton Page Stephens \
    Coleman Chambers Poole Sanders Bishop Bull Byrne Doyle Fraser Frost Gallagher George Gordon Griffin Hammond \
    Hancock Hardy Harper Hicks Higgins Hodgson Holland Holt Howe Humphreys Hutchinson Iqbal Jennings Kirk Leonard \
    Lynch Mann Marsh May McKenzie Moss Newton Nicholson Nolan Norman O'Neill Parkin Parry Patterson Perkins Peters \
    Pickering Potter Pritchard Quinn Randall Reeves Rhodes Rowe Rowley Sheppard Short Skinner Slater Stokes Storey \
    Summers Swift Thomson Thornton Todd Townsend Tucker Vaughan Wade Waters Watkins Weston Whitehead Wilkins Willis \
    Winter Wyatt Abbott Akers Aldridge Appleby Arnold Ashton Bartlett Beaumont Blackburn Bolton Bowen Brennan Briggs \
    Buckley Bullock Burke Cartwright Charlton Clayton Conway Coates Daly Dale Dunn Duffy Farrell Field Fleming Flynn";
