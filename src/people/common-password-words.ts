/**
 * Words that the most common passwords consist of, once the digits and signs around them are taken away: an own
 * selection from what is publicly known of leaked passwords. Lower case; a word needs no variants with digits or signs.
 */

const WORDS = `
password passwort passwords passw0rd pass passe motdepasse contrasena contraseña senha wachtwoord haslo heslo parola parol salasana lozinka
mypassword yourpassword thepassword newpassword oldpassword nopassword badpassword goodpassword passwordpassword temppassword temporary
rootpassword defaultpassword masterpassword mypass letmein letmeinnow letmeinplease opensesame
welcome welcomehome welcomeback willkommen bienvenue bienvenido changeme changemenow pleasechangeme changeit changethis default
admin administrator administrador administrateur root superuser superadmin sysadmin webadmin system sysop user username guest login
logmein test tester testing testtest temp tempass demo sample example secret topsecret mysecret secretword private security access
accessdenied computer internet server windows microsoft google facebook instagram youtube twitter linkedin amazon samsung
apple iphone android nokia sonyericsson playstation playstations nintendo gameboy xbox pokemon minecraft fortnite roblox warcraft worldofwarcraft
counterstrike callofduty needforspeed finalfantasy assassinscreed residentevil grandtheftauto leagueoflegends starcraft diablo skyrim
qwerty qwertz azerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc qweasd qweasdzxc abc abcd abcde abcdef abcdefg abcdefgh
iloveyou iloveyouso iloveyoumore iloveyouforever iloveyoubaby iloveme iloveu ilovemyself ilovejesus ilovemyfamily ilovemum ilovemom
ilovemydad ilovegod iloveyouall ihateyou ihatethis ichliebedich jetaime teamo teamomucho tiamo tequiero tequieromucho seniseviyorum
lovelove loveyou loveme lovely lover loverboy lovelife lovehurts mylove truelove babygirl babyboy babydoll princess prince princesa
sweetheart sweetie sweetpea honey darling angel angels beautiful gorgeous handsome sunshine sunflower rainbow butterfly flower flowers
dragon dragons dragonball dragonballz blackdragon monkey monkeys tiger tigers lion lions elephant dolphin dolphins eagle eagles panther
football baseball basketball soccer hockey softball volleyball golf tennis cricket swimming skateboard snowboard liverpool
liverpoolfc chelsea chelseafc arsenal arsenalfc manchester manchesterunited manutd barcelona fcbarcelona realmadrid juventus internazionale
acmilan inter bayern bayernmunich bayernmunchen borussia schalke galatasaray fenerbahce besiktas corinthians flamengo palmeiras rangers celtic
everton tottenham newcastle westham cowboys dallascowboys steelers pittsburgh patriots yankees redsox lakers chicagobulls ferrari porsche
mercedes mustang corvette camaro harley harleydavidson kawasaki yamaha suzuki toyota honda subaru lamborghini volkswagen
superman batman spiderman ironman wolverine starwars startrek skywalker darthvader chewbacca yoda matrix gandalf hobbit lordoftherings
harrypotter hogwarts hermione gryffindor transformers supernatural twilight edwardcullen hannahmontana spongebob spongebobsquarepants
mickeymouse mickey minnie donaldduck tinkerbell hellokitty winniethepooh scoobydoo snoopy garfield cookiemonster pinkpanther jamesbond
michaeljackson justinbieber onedirection avrillavigne linkinpark metallica ironmaiden slipknot greenday blink nirvana eminem shakira rihanna
beyonce ladygaga taylorswift backstreetboys greatfulldead gratefuldead pinkfloyd ledzeppelin thebeatles beatles rockandroll stratocaster
christopher michael michelle jennifer jessica matthew nicholas alexander alexandra alexandre alejandro elizabeth stephanie christina
christine christian catherine katherine kimberly patricia veronica victoria gabriel gabriella isabella samantha sebastian benjamin jonathan
anthony andrew ashley amanda brandon brittany charlie charlotte daniel daniela danielle dominic elizabeth fernando francesco francisco
frederic giovanni giuseppe hannah jasmine joseph joshua justin kenneth lauren leonardo madison margaret maria martin melissa natalie natasha
nathan nicole olivia patrick rachel rebecca ricardo richard robert roberto ronaldo cristiano cristianoronaldo messi lionelmessi samuel sandra
sophie steven thomas tiffany valentina vanessa vincent virginia william zachary george jordan jackson taylor hunter austin dakota
cheyenne savannah angelina angelica veronika weronika svetlana vladimir aleksandr anastasia ekaterina andrea andreas martina katarina
jesus jesuschrist jesusislord jesuslovesme jesussaves godisgood godislove godisgreat ingodwetrust praisegod blessed blessing faith hope heaven
hallelujah allahuakbar bismillah alhamdulillah muhammad mohammed krishna ganesh saibaba
america england germany deutschland france australia argentina brazil brasil canada california colorado florida texas newyork newyorkcity
losangeles lasvegas chicago boston london paris madrid berlin hamburg moscow istanbul indonesia malaysia pakistan philippines singapore
january february march april june july august september october november december summer winter spring autumn monday tuesday wednesday
thursday friday saturday sunday birthday happybirthday christmas merrychristmas halloween newyear happynewyear valentine
happy happiness smile smiley lucky luckyman forever foreverandever together friends friendship bestfriend bestfriends family mother father
daughter brother sister grandma grandpa mommy daddy mamapapa kisses hugsandkisses
chocolate cookie cookies cupcake banana bananas strawberry blueberry blackberry cherry peaches pineapple watermelon orange lemonade
cheesecake cheese pepper peanut peanutbutter popcorn pizza spaghetti macaroni hamburger cocacola pepsi budweiser heineken jackdaniels guinness
kartoffelpuffer sonnenschein schmetterling schatzi schatz hallo hallowelt ficken arschloch geheim sommer winter fussball
fuckyou fuckoff fuckme fuckthis fuckit fuckyoubitch asshole bitch bitches bullshit motherfucker cocksucker pussy porn sexy sexybitch sexygirl
sexyboy whatever whatthefuck leavemealone gotohell nothing something anything trustno trustnoone trustme nobody noonesknows dontknow
idontknow iforgot iforgotit forgot forget remember rememberme letsgo ready blank empty none null undefined
business company corporate office manager management finance accounting accountant accounts invoice invoices bookkeeping bookkeeper
customer customers service services support helpdesk marketing sales production development developer database network
international professional university college student teacher school highschool homework library education
mississippi tennessee washington pennsylvania massachusetts minnesota wisconsin connecticut philadelphia sanfrancisco cosmopolitan
thunder lightning hurricane tornado avalanche earthquake phoenix shadow midnight darkness blackcat vampire werewolf zombie monster killer
killers assassin warrior soldier samurai ninja pirate gangster mafia playboy cowboy rockstar superstar champion champions legend legendary
master mastermind wizard witch magic magical merlin genius einstein galileo copernicus socrates
thisismypassword thisisapassword thisispassword itsasecret itsmypassword whatismypassword
imsorry iamtheone iamthebest iamgod iamlegend number numberone firstlast onetwothree onetwothreefour blahblah blahblahblah lalala hahaha
hahahaha telechargement przyjaciolki neworleans starwarsfan fallenangel heterosexual nananana heyhey hello hellohello helloworld hellothere hellofriend goodbye goodmorning goodluck goodlife
`;

/** The words, without what surrounds them in a password. */
export const COMMON_PASSWORD_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
