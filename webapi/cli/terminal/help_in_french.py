"""What does the help of each command say in French? What it does, then what each of its options is for.

The English stands beside the code. Capitals are the values that a command takes, as `METAVARS` of
`webapi/cli/terminal/help.py` calls them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

GROUND: Final = "Par quelle décision ou quel texte."
SEALED: Final = "Pourquoi ; scellé dans le journal."
GROUND_IN_CLEAR: Final = "Par quelle décision ou quel texte ; figure en clair et ne nomme personne."
WITHOUT_ERASURES: Final = "Pourquoi le registre des effacements le plus récent n'est pas là ; une alarme le rappelle."
GROUND_SEALED: Final = "Par quelle décision ou quel texte ; scellé dans le journal."
IN_CLEAR: Final = "Pourquoi ; figure en clair et ne nomme personne."
CONFIRMED: Final = "Le jour est passé, et c'est bien lui."

DOES: Final[Mapping[str, str]] = {
    "": (
        "Acquis consigne comment une personne obtient une certification, et montre où en est chaque candidature, "
        "et pourquoi."
    ),
    "assessment": "Les évaluateurs et ce qu'ils ont remis.",
    "assessment release": (
        "Dessaisir un ÉVALUATEUR d'une CANDIDATURE : ses notes ne comptent pas, sauf nouvelle désignation."
    ),
    "assessment reopen": (
        "Rendre à un ÉVALUATEUR ce qu'il a remis sur une CANDIDATURE, avant qu'un jury ait décidé sur elle."
    ),
    "attestations": (
        "Montrer les attestations d'une CANDIDATURE : celles demandées, et ce que disent celles délivrées ; personne "
        "n'est nommé."
    ),
    "backup": "Copier journal, fichiers et clés, dans cet ordre, sans rien arrêter ; la clé maîtresse n'en est pas.",
    "certification": "Publier et montrer les certifications (référentiels, règlements, voies d'accès).",
    "certification correspondence": (
        "Admettre que des blocs d'une autre version mènent à des blocs du référentiel CODE (correspondance)."
    ),
    "certification end": (
        "Fixer le dernier jour de l'enregistrement du référentiel CODE ; il se modifie tant qu'il n'est pas passé."
    ),
    "certification equivalence": (
        "Admettre qu'une autre certification satisfait des blocs du référentiel CODE (équivalence)."
    ),
    "certification list": "Lister les référentiels publiés.",
    "certification open-routes": "Ouvrir les voies d'accès d'un FICHIER d'ouvertures pour le référentiel CODE.",
    "certification portal": "Dire depuis quand le référentiel CODE est sur le portail national de la VAE.",
    "certification publish": (
        "Publier le référentiel d'un FICHIER de certification, ou d'un livré : `rncp31936`, `bts-options-example`…"
    ),
    "certification resume": (
        "Faire courir de nouveau l'enregistrement suspendu du référentiel CODE (fin de la suspension)."
    ),
    "certification register": (
        "Lister les titres inscrits au registre d'une certification CODE, avec leur option ; personne n'est nommé."
    ),
    "certification retire": (
        "Retirer le référentiel CODE à compter d'un jour, modifiable jusqu'à ce qu'il arrive : "
        "les candidatures en cours le gardent."
    ),
    "certification rulebook": (
        "Publier les règles du certificateur, d'un FICHIER de règlement, ou d'un livré : `rulebook-example`…"
    ),
    "certification show": (
        "Montrer un référentiel publié : blocs, seuils, compétences obligatoires, voies d'accès, jurys, lectures."
    ),
    "certification suspend": (
        "Suspendre l'enregistrement du référentiel CODE : personne n'est admis et rien n'est décidé."
    ),
    "certification withdraw-correspondence": (
        "Retirer une correspondance du référentiel CODE à compter d'un jour : ce qui compte par elle le reste."
    ),
    "check-log": (
        "Recalculer l'empreinte de chaque fait, y confronter feuilles, nœuds et points de contrôle, et rejouer les "
        "règles ; code 1 si l'un diffère. Chaque endroit est nommé."
    ),
    "checkpoint-key": "Créer, montrer et changer la clé qui signe les points de contrôle.",
    "checkpoint-key begin-anew": (
        "Commencer un dossier vide de points de contrôle, le précédent étant perdu pour de bon ; le nouveau le dit."
    ),
    "checkpoint-key create": (
        "Créer la première clé : son fichier, lisible de son seul propriétaire, et son endossement par le "
        "certificateur dans le journal."
    ),
    "checkpoint-key replace-lost": (
        "Remplacer une clé perdue par une nouvelle, endossée par le certificateur ; ce qui est déjà signé reste "
        "valable."
    ),
    "checkpoint-key rotate": (
        "Créer la clé suivante, endossée par la présente, qui est mise de côté auprès d'elle (….retired)."
    ),
    "checkpoint-key show": (
        "Montrer les clés publiques endossées selon le journal, dans l'ordre ; `kept` : celles qui sont auprès des "
        "points de contrôle."
    ),
    "deadlines": (
        "Les échéances : recevabilité, démarche, jury, notification, déclaration, correction, caducité, "
        "enregistrement, partenaires."
    ),
    "deadlines due": (
        "Lister ce qui échoit jusqu'à un jour, le plus ancien d'abord, avec le texte qui le dit ; puis les "
        "modifications d'habilitations à déclarer."
    ),
    "deadlines run": (
        "Faire les rappels, et consigner ce que le temps décide de lui-même ; lancé deux fois, ou deux à la fois, "
        "il ne le fait qu'une."
    ),
    "declaration": "Les déclarations au compte personnel de formation : leur contenu, leur jour, les corrections.",
    "declaration collect-nir": "Décider si le NIR des candidats est recueilli pour une CERTIFICATION (RNCP31936).",
    "declaration correct": "Consigner que les données d'une CANDIDATURE ont été retransmises, selon CORRECTION.",
    "declaration correction": "Noter que la Caisse des dépôts demande de corriger la déclaration d'une CANDIDATURE.",
    "declaration declare": "Consigner que le titre d'une CANDIDATURE a été déclaré.",
    "declaration export": (
        "Exporter en CSV les titres d'un registre, avec leurs titulaires et leurs NIR, pour les déclarer."
    ),
    "declaration refuse": "Consigner que la demande CORRECTION sur une CANDIDATURE est infondée, et pourquoi.",
    "demo": "Jouer sept candidatures fictives à RNCP 31936 dans un dossier de données neuf, puis les servir.",
    "doctor": (
        "Montrer tous les réglages, masqués, et dire ce qui ne va pas ; code 1 s'il faut agir tout de suite. Avec "
        "--before-start, code 1 seulement si le site ne pouvait pas servir."
    ),
    "enrol": (
        "Inscrire les candidats d'un FICHIER CSV, chaque ligne à part et une fois ; code 1 si l'un ne l'est pas."
    ),
    "clock": "L'horloge par laquelle les faits sont consignés.",
    "clock accept": (
        "Déclarer l'horloge juste, une fois mise à l'heure : met fin aux alarmes « clock-behind » et « clock-wrong »."
    ),
    "doubt": "Ce qui est en doute dans le journal ; l'accepter après examen.",
    "doubt accept": (
        "Laisser subsister ce qui est en doute, après examen : consigné au journal, avec chaque constat et son lieu."
    ),
    "doubt confirm": (
        "Confirmer l'acceptation qu'une autre personne a consignée à la POSITION, sous la connexion du projecteur. "
        "Alors cela subsiste."
    ),
    "doubt show": "Dire ce qui est en doute, où, et où en est la relecture du journal.",
    "erase": (
        "Effacer les données d'une PERSONNE autant que les règles et la loi le permettent, pour de bon : leurs "
        "clés sont détruites.\n\n"
        "Code 1 si ce dont l'effacement était ordonné n'a pu être effacé jusqu'au bout : `erasures settle` "
        "réessaie."
    ),
    "erasures": "Ce qui est à effacer ; ce dont l'effacement est ordonné et n'est pas achevé.",
    "erasures due": (
        "Lister les personnes dont une durée de conservation est écoulée, et les catégories : à quelqu'un d'en "
        "décider."
    ),
    "erasures answer": (
        "Dire ce qui a été fait d'une restauration sans le dernier registre des effacements : son alarme finit. "
        "Sous la connexion qui migre."
    ),
    "erasures settle": (
        "Achever les effacements ordonnés qui ne le sont pas ; code 1 si certains ne le sont toujours pas."
    ),
    "evidence": "Les fichiers des preuves : y sont-ils tous, et rien d'autre ?",
    "evidence reap": (
        "Supprimer ce que des dépôts inaboutis laissent depuis un jour : aucun fait ne le nomme, aucun dépôt n'est "
        "en cours."
    ),
    "evidence scan": (
        "Faire analyser par l'antivirus les preuves qu'il n'a pas vues ; code 1 s'il y trouve du nouveau, ou si "
        "l'une lui échappe.\n\n"
        "Une preuve où il trouve quelque chose est dès lors en quarantaine ; une où il ne trouve plus rien n'y est "
        "plus."
    ),
    "evidence scrub": (
        "Lire chaque preuve consignée jusqu'au bout et comparer taille et empreinte ; code 1 si l'une n'est pas "
        "telle que consignée.\n\n"
        "Nommer aussi les fichiers de preuves effacées qui sont encore là, et ceux qu'aucun fait ne nomme depuis "
        "un jour. Une copie de lecture qui n'est pas entière n'est pas une anomalie : elle est supprimée, et "
        "refaite."
    ),
    "feed": "Envoyer le flux des faits à qui s'y abonne, et voir où chacun en est.",
    "feed again": "Faire renvoyer les événements abandonnés pour un ABONNEMENT.",
    "feed dead": "Lister les événements abandonnés pour un ABONNEMENT après des jours d'essais.",
    "feed forward": (
        "Envoyer à chacun ce qu'il n'a pas encore acquitté, au fil des faits, jusqu'à l'arrêt (SIGTERM).\n\n"
        "Un seul le fait à la fois ; un autre attend sa place."
    ),
    "feed list": "Lister les abonnements, où chacun en est, et ce qui l'empêche d'avancer.",
    "feed nats": "Envoyer le flux à un serveur ACQUIS_NATS_URL, sous SUJETS.<candidature ou flux>.<fait>.",
    "feed remove": "Ne plus rien envoyer à un ABONNEMENT, et l'oublier avec ce qui a été abandonné.",
    "feed webhook": (
        "Envoyer le flux à un webhook à cette ADRESSE ; le secret qui signe ses messages est montré une seule fois."
    ),
    "export": "Remettre une partie du journal, avec ses preuves d'intégrité.",
    "export audit": (
        "Écrire un dossier d'audit (BagIt) : le journal entier, ou une candidature, une session, une période. Cela "
        "est d'abord consigné."
    ),
    "fraud": "Les procédures pour fraude.",
    "fraud list": "Lister les procédures pour fraude qui ne sont pas décidées, sans un mot de ce qui a été dit.",
    "history": (
        "Montrer qui a fait quoi dans une CANDIDATURE, quand et dans quel rôle ; ce qui est personnel reste scellé."
    ),
    "hold": "Garder de l'effacement les données d'une personne : litige, enquête (conservation conservatoire).",
    "hold lift": "Lever une CONSERVATION.",
    "hold list": "Lister les conservations en vigueur, avec leurs motifs.",
    "hold place": "Garder les données d'une PERSONNE jusqu'à ce que la conservation soit levée.",
    "init": (
        "Mettre en place une installation dont les réglages sont dans DOSSIER : réglages, base, clés, certification, "
        "administrateur.\n\n"
        "Pour de vrai si DOSSIER/migrate.url contient l'adresse d'une base PostgreSQL, sous la connexion qui la "
        "possède ; sinon pour un essai. Rien de ce qui est là n'est écrasé : interrompue, elle reprend où elle en "
        "était."
    ),
    "journey": (
        "Montrer le parcours d'une CANDIDATURE : voie d'accès, blocs demandés, accompagnateur, dossier et jour où "
        "il en sera décidé au plus tard, fin."
    ),
    "law": "Les textes de loi, règles datées : publier, lister, abroger.",
    "law list": "Lister les textes publiés, avec leurs dates et comment chacun a été connu.",
    "law publish": (
        "Publier les textes d'un FICHIER de loi ; `law-vae`, `law-cpf`, `law-enregistrement` et `law-habilitations` "
        "sont livrés."
    ),
    "law repeal": (
        "Donner le dernier jour d'un TEXTE_DE_LOI, qu'un texte plus récent abroge ; il se modifie tant qu'il n'est "
        "pas passé."
    ),
    "mail": "Envoyer invitations, liens et avis (ACQUIS_SMTP_URL ; à défaut, dans le dossier de données).",
    "mail send": (
        "Envoyer les lettres en attente ; plusieurs peuvent le faire à la fois, chaque lettre n'est prise que par "
        "l'un d'eux."
    ),
    "master-key": (
        "Montrer et remplacer la clé qui protège celles des données personnelles ; elle-même n'est jamais montrée."
    ),
    "master-key rotate": (
        "Protéger toutes les clés par une nouvelle clé maîtresse, en une transaction, sous le compte des "
        "migrations.\n\n"
        "En cas d'interruption, relancez la commande. Redémarrez ensuite les processus web : jusque-là ils "
        "refusent, et ne perdent rien. L'ancienne clé ouvre encore les sauvegardes d'avant : gardez-la, à part, "
        "aussi longtemps qu'elles."
    ),
    "master-key show": (
        "Montrer l'identifiant de la clé maîtresse donnée et de celle qu'attend la base des clés ; code 1 s'ils "
        "diffèrent."
    ),
    "metrics": (
        "Dire à Prometheus, à l'adresse ACQUIS_METRICS, ce qui est compté et ce qui attend, jusqu'à l'arrêt "
        "(SIGTERM)."
    ),
    "migrate": "Mettre les tables de la base de données à cette version ; sans effet si elles y sont.",
    "openapi": "Montrer la description de l'API (OpenAPI 3.1, JSON) : celle de toute installation, sans en ouvrir.",
    "organisation": "Les certificateurs, partenaires et centres, et ce pour quoi chacun est habilité.",
    "organisation add": "Enregistrer un organisme sous sa RAISON_SOCIALE.",
    "organisation end": (
        "Mettre fin un jour à une HABILITATION de l'organisme QUI ; il se modifie tant qu'il n'est pas passé."
    ),
    "organisation habilitate": (
        "Habiliter l'organisme QUI pour une CERTIFICATION : à former, à organiser, ou les deux."
    ),
    "organisation list": "Lister les organismes, ce que chacun certifie et ce pour quoi il est habilité.",
    "organisation name-certifier": (
        "Nommer l'organisme QUI certificateur d'une CERTIFICATION, par son code (RNCP31936)."
    ),
    "organisation report": (
        "Consigner que France compétences a été informée de ce qui a changé dans une HABILITATION de QUI."
    ),
    "organisation resume": "Faire compter de nouveau une HABILITATION suspendue de l'organisme QUI.",
    "organisation suspend": "Suspendre une HABILITATION de l'organisme QUI.",
    "papers": (
        "Lister ce qui a été délivré d'une CANDIDATURE : parchemin, attestations, duplicatas, rééditions, "
        "ce qui annule et remplace ; personne n'est nommé."
    ),
    "person": (
        "Enregistrer des personnes, en trouver, montrer ce qu'on sait de l'une, leur donner rôles et comptes.\n\n"
        "Une personne est dite par son identifiant, ou par une adresse électronique qu'elle seule a."
    ),
    "person add": (
        "Enregistrer une personne, avec un compte dont le mot de passe, tiré au hasard, est montré une fois."
    ),
    "person export": (
        "Écrire tout ce qui est conservé de la personne QUI, pour le lui remettre : JSON, fichiers, une page à "
        "lire, un manifeste."
    ),
    "person find": (
        "Trouver des personnes par des mots de leur nom, sans égard aux accents ni aux majuscules, ou par leur "
        "adresse électronique : TEXTE."
    ),
    "person grant": "Donner un rôle à la personne QUI.",
    "person invite": (
        "Inviter la personne QUI, ou quelqu'un de nouveau (--name, --email, --role), à ouvrir un compte : un lien "
        "part par courriel.\n\n"
        "Une adresse est invitée trois fois de suite, puis trois fois par heure."
    ),
    "person second-factor-reset": (
        "Désactiver la double authentification de QUI a perdu téléphone et codes ; une lettre le lui dit.\n\n"
        "Assurez-vous de qui le demande : son mot de passe suffit désormais."
    ),
    "person secrecy": (
        "Consigner que la personne QUI a accepté le secret professionnel sur un papier, par le texte de ce NUMÉRO, "
        "avant de lire un dossier."
    ),
    "person sessions": "Lister les navigateurs où la personne QUI est connectée.",
    "person show": (
        "Montrer la personne QUI : rôles, dossiers liés comme de la même personne, où elle "
        "travaille, en quelle qualité elle compte."
    ),
    "person sign-out": (
        "Fermer toutes les connexions de la personne QUI, ou de tous (--all), dans les navigateurs ; `acquis token "
        "revoke` révoque les jetons."
    ),
    "person unlink": (
        "Délier l'identité de la personne QUI chez un FOURNISSEUR et fermer les connexions ouvertes par elle ; une "
        "lettre le lui dit.\n\n"
        "Son dernier moyen de se connecter lui reste : elle choisit d'abord un mot de passe, comme s'il était "
        "oublié, par courriel."
    ),
    "person withdraw": "Retirer un rôle à la personne QUI.",
    "project": "Sceller les nouveaux faits et tenir à jour les vues de lecture, jusqu'à l'arrêt (SIGTERM).",
    "rebuild": (
        "Refaire les vues de lecture (ou celle du NOM donné) à côté de celles qui servent, qu'elles remplacent "
        "ensuite ; dit combien de lignes de chacune disaient autre chose que le journal."
    ),
    "report": "Exporter les vues destinées aux rapports, et les compter face au journal.",
    "report check": (
        "Compter ce que les vues de reporting et le journal lui-même disent des mêmes choses ; sortie 1 s'ils "
        "diffèrent."
    ),
    "report cohorts": (
        "Compter les titulaires d'une certification, par année civile et voie d'accès, avec les faits de chaque "
        "titre, en CSV."
    ),
    "report export": (
        "Écrire une vue de reporting dans un fichier ou sur la sortie standard ; résultats publiés seulement, lus "
        "sous le rôle de reporting."
    ),
    "report figures": (
        "Donner les chiffres publiables de l'année d'une certification, un par ligne, comme les montre la page des "
        "rapports."
    ),
    "report lake": (
        "Mettre un DOSSIER de fichiers Parquet là où en sont les vues de reporting, en y ajoutant ce qui a changé "
        "depuis la dernière fois."
    ),
    "recovered": (
        "Préparer ce que PostgreSQL a lui-même ramené à un instant : ce qui a été effacé depuis l'est de nouveau, le "
        "journal est relu."
    ),
    "restore": (
        "Remettre une sauvegarde, prise dans DOSSIER, en des lieux vides ; ce qui a été effacé depuis l'est de "
        "nouveau avant l'ouverture."
    ),
    "restore-check": (
        "Restaurer la sauvegarde la plus récente de DOSSIER dans des bases jetables, la vérifier, les supprimer ; "
        "code 1 si tout n'est pas intact."
    ),
    "review": "Les décisions de jury contestées : demandes de réexamen, jugements.",
    "review list": "Lister les demandes de réexamen qui attendent une réponse, sans un mot de ce qui y est écrit.",
    "review note-ruling": (
        "Noter ce qu'un tribunal a jugé de la décision d'une SESSION sur une CANDIDATURE ; annulée, elle l'est "
        "tout entière.\n\n"
        "Une juridiction supérieure qui casse l'annulation rend sa valeur à la décision."
    ),
    "review annulments": "Lister les annulations qui attendent la confirmation d'une seconde personne.",
    "review rectifications": "Lister les rectifications qui attendent l'approbation d'une seconde personne.",
    "serve": (
        "Servir les pages et l'API, avec la base de données si elle est embarquée, le projecteur, la vérification "
        "des fichiers et les échéances.\n\n"
        "En production, sans le projecteur, qui a son propre compte, comme les migrations. Avec "
        "ACQUIS_DEADLINES=false, les échéances sont laissées à une minuterie."
    ),
    "service": "Enregistrer et lister les services chargés des rapports.",
    "service add": (
        "Enregistrer le service NOM dans le rôle des rapports ; `acquis token make ID reporter` lui donne ensuite "
        "un jeton.\n\n"
        "Il n'a ni mot de passe ni adresse électronique, et ne reçoit de jeton dans aucun autre rôle."
    ),
    "service list": (
        "Lister les services : identifiant, depuis quand, combien de jetons ouvrent quelque chose à présent."
    ),
    "session": "Les sessions des jurys et de leurs commissions : la liste, et ce que l'une a décidé.",
    "session free": (
        "Dessaisir une SESSION d'une CANDIDATURE, au profit d'un autre jury, avant qu'elle s'ouvre ; une "
        "commission, aussi une fois signée.\n\n"
        "Pendant qu'elle siège, aussi de qui détient de nouveau le titre, dont elle n'a rien à décider."
    ),
    "session list": "Lister les sessions, dans l'ordre où elles ont été fixées.",
    "session minutes": (
        "Montrer ce que dit le procès-verbal d'une SESSION, avec l'empreinte que l'on signe : identifiants, aucun "
        "motif."
    ),
    "session notices": (
        "Lister qui a été informé des décisions d'une SESSION, quand, comment, et dans le délai de la loi ou non."
    ),
    "sitting": "Les épreuves.",
    "sitting list": "Lister les épreuves, sans dire qui y est convoqué ni de qui est chaque copie.",
    "status": (
        "Montrer où en est une CANDIDATURE : à présent, selon ce qu'on savait alors, ou selon ce qui était vrai un "
        "jour ; décisions non communiquées comprises."
    ),
    "token": "Créer, lister et révoquer des jetons de l'API.",
    "token list": (
        "Lister les jetons de la personne QUI, y compris ceux qui ont pris fin ; jamais de quoi faire entrer "
        "quelqu'un."
    ),
    "token make": "Créer un jeton pour la personne QUI dans un rôle qu'elle a ; il n'est montré qu'une fois.",
    "token revoke": (
        "Rendre un jeton sans valeur dès maintenant, désigné par --of et --id, ou tous par --all.\n\n"
        "Sans eux, son secret est lu sur l'entrée standard : d'autres peuvent voir les arguments d'une commande."
    ),
    "verify": (
        "Vérifier hors ligne le dossier d'audit à ce CHEMIN : chaque fait, preuve d'intégrité, point de contrôle, "
        "valeur ouverte, fichier et décision."
    ),
    "whatif": (
        "Montrer où en serait une CANDIDATURE si un jury en décidait ainsi, sans tel fait, ou sous d'autres "
        "règles.\n\n"
        "Avec --all, qui y gagnerait et qui y perdrait. Rien n'est consigné ; décisions non communiquées "
        "comprises."
    ),
    "why": (
        "Expliquer pourquoi une CANDIDATURE en est où elle en est, et ce qui manque ; décisions non communiquées "
        "comprises."
    ),
    "witness": (
        "Relire tout le journal depuis un autre serveur, le confronter à ses propres notes et noter ce qu'il est "
        "maintenant ; code 1 s'il a changé. Sous la connexion d'un auditeur."
    ),
    "work": (
        "Vérifier les fichiers déposés et faire leurs copies de lecture, jusqu'à l'arrêt (SIGTERM).\n\n"
        "Plusieurs peuvent le faire à la fois, sur toute machine qui atteint le stockage : chaque fichier n'est "
        "pris que par l'un d'eux."
    ),
}
"""By the words that call a command: what it does."""

OPTIONS: Final[Mapping[str, str]] = {
    "enrol --dry-run": "Dire seulement ce qu'il adviendrait de chaque ligne.",
    "enrol --same": "Lignes dont le candidat est la seule personne connue qui lui ressemble.",
    "enrol --new": "Lignes dont le candidat est malgré tout quelqu'un de nouveau.",
    "enrol --report": "Écrire aussi le compte rendu ici, en CSV.",
    "--as-of": (
        "Tel qu'on le savait alors : un jour (AAAA-MM-JJ), une position, ou un instant de consignation avec son "
        "fuseau."
    ),
    "feed --after": "Commencer après ce curseur, et non à 0.",
    "feed --cursor": "Seulement cet événement.",
    "feed --label": "À quoi il sert.",
    "feed --personal": "Envoyer aussi ce qui est dit des personnes.",
    "--every": "Recommencer à cet intervalle, en secondes, jusqu'à l'arrêt (SIGTERM).",
    "--help": "Montrer cette aide et quitter.",
    "--json": "Répondre par un objet JSON.",
    "--reason": SEALED,
    "--true-on": (
        "Tel qu'il en était ce jour-là, selon les jours que disent les faits, quel que soit celui de leur "
        "consignation."
    ),
    "--version": "Montrer la version et quitter.",
    "attestations --holder": "Le nom à porter dans le texte ; consigné nulle part.",
    "witness --notes": "Le dossier des notes de ce serveur.",
    "backup --out": "Un dossier vide, ou qui n'existe pas.",
    "backup --into": "Un dossier de sauvegardes : celle-ci porte le nom de l'heure.",
    "backup --keep": "Avec --into : garder ce nombre, les plus récentes, et supprimer les autres.",
    "backup --sign-only": "Seulement signer une sauvegarde dont backup.json fut corrigé à la main.",
    "certification --from": "Code au répertoire de l'autre version.",
    "certification --from-version": "Sa version.",
    "certification --ground": GROUND,
    "certification --version": "Version du référentiel.",
    "certification correspondence --from-blocks": "Ses blocs, tous exigés : 1,2.",
    "certification correspondence --to-blocks": "Les blocs auxquels ils mènent : 1,2.",
    "certification end --confirm-past": CONFIRMED,
    "certification end --issuance-until": "Le dernier jour de délivrance, s'il en est fixé un.",
    "certification end --on": "Le dernier jour où il court.",
    "certification equivalence --blocks": "Les blocs qu'elle satisfait : 1,2.",
    "certification equivalence --certification": "L'autre certification : son code au répertoire et son intitulé.",
    "certification equivalence --part": "La partie qui en suffit, si ce n'est pas le tout.",
    "certification portal --on": "Le premier jour où il est sur le portail.",
    "certification resume --on": "Le premier jour où il court de nouveau.",
    "certification retire --confirm-past": CONFIRMED,
    "certification retire --on": "Le premier jour sans admission.",
    "certification suspend --awards-undeclared": (
        "Faute de déclaration des titres délivrés (R6113-17-3) : qui avait commencé continue."
    ),
    "certification suspend --on": "Le premier jour où il ne court pas.",
    "certification withdraw-correspondence --confirm-past": CONFIRMED,
    "certification withdraw-correspondence --from-blocks": "Ses blocs, tels qu'ils ont été admis : 1,2.",
    "certification withdraw-correspondence --on": "Le premier jour sans elle.",
    "certification withdraw-correspondence --reason": "Pourquoi.",
    "certification withdraw-correspondence --ground": GROUND,
    "certification withdraw-correspondence --to-blocks": "Les blocs auxquels ils menaient : 1,2.",
    "deadlines due --as-of": "Le jour auquel on se place ; aujourd'hui par défaut.",
    "declaration collect-nir --collected": "S'il est recueilli désormais.",
    "declaration collect-nir --ground": GROUND_IN_CLEAR,
    "declaration correct --on": "Le jour de la nouvelle transmission ; aujourd'hui par défaut.",
    "declaration correction --asks": "Ce qu'elle demande de corriger ; scellé dans le journal.",
    "declaration correction --on": "Le jour de la demande de la Caisse des dépôts.",
    "declaration declare --on": "Le jour de la déclaration ; aujourd'hui par défaut.",
    "declaration declare --reference": "Celle de l'envoi ; elle ne nomme personne.",
    "declaration export --out": "Un fichier ; la sortie standard à défaut.",
    "declaration export --version": "Version du référentiel.",
    "declaration refuse --on": "Le jour du refus ; aujourd'hui par défaut.",
    "declaration refuse --reason": SEALED,
    "deadlines run --daily": "Recommencer chaque matin, jusqu'à l'arrêt : ce que fait `acquis serve`.",
    "demo --keep": "Un dossier neuf, qui garde ce qui est joué.",
    "demo --once": "La jouer, montrer ce qu'il en est advenu, et quitter.",
    "doctor --before-start": "Laisser de côté ce que seul un autre processus en marche peut remettre en ordre.",
    "clock accept --reason": IN_CLEAR,
    "doubt accept --reason": IN_CLEAR,
    "erase --class": "Ce qu'il faut effacer ; tout par défaut.",
    "erase --dry-run": "Dire ce qui partirait et ce qui resterait, et ne rien changer.",
    "erase --yes": "Ne pas redemander.",
    "erasures due --as-of": "Comme si l'on était ce jour-là.",
    "evidence reap --even-most": "Même si aucun fait ne nomme la plus grande part de ce qui est gardé.",
    "evidence scan --all": "Aussi ce qui a déjà été analysé, et ce qui est en quarantaine.",
    "export audit --candidacy": "Le dossier d'une candidature.",
    "export audit --checkpoint": (
        "Un point de contrôle que détient l'auditeur : le dossier d'audit y mènera. Peut être répété."
    ),
    "export audit --from": "Premier jour d'une période (AAAA-MM-JJ).",
    "export audit --out": "Un dossier qui n'existe pas encore, ou vide.",
    "export audit --session": "Une session de jury et les dossiers de ses candidats.",
    "export audit --to": "Dernier jour d'une période (AAAA-MM-JJ).",
    "export audit --unreleased": (
        "Avec ce qu'aucun jury n'a encore communiqué : pour qui tient le journal, à ne pas transmettre."
    ),
    "fraud list --all": "Aussi celles qui sont décidées.",
    "hold place --class": "Ce qu'il faut garder ; tout par défaut.",
    "hold place --ground": GROUND_SEALED,
    "init --account": "Le compte sous lequel tournent les services, quand c'est root qui demande.",
    "init --signer-account": "Celui du projecteur, qui signe. [par défaut : …-signer]",
    "init --backup-account": "Celui de la sauvegarde. [par défaut : …-backup]",
    "init --ask": "Demander ce qui n'est pas dit ; sinon, prendre les valeurs par défaut.",
    "init --certification": (
        "Une fiche à vous, ou une livrée : `titre-options-example`, `rncp31936`… ; peut être répété."
    ),
    "init --data": "Où sont gardés preuves, clés et points de contrôle.",
    "init --email": "Son adresse électronique, par laquelle il se connecte.",
    "init --from-trial": "Les données d'un essai qui continue ici : ses faits, ses preuves et ses clés.",
    "init --house": "Le nom du certificateur, en tête de chaque page.",
    "init --name": "Le nom de l'administrateur ; scellé dans le journal.",
    "init --openings": "Ouvre les voies que la fiche laisse au certificateur.",
    "init --public-url": "L'adresse de vos pages : https://acquis.example.",
    "init --sole-registrar": (
        "Déclarer, avec ce motif, que le certificateur n'a qu'un gestionnaire, qui confirme seul ce qui en demande "
        "deux."
    ),
    "init --rulebook": "Le règlement de qui les certifie.",
    "law repeal --confirm-past": CONFIRMED,
    "law repeal --last": "Le dernier jour où il s'impose.",
    "law repeal --ground": "Le texte qui l'abroge.",
    "master-key rotate --to": (
        "Fichier de la nouvelle clé maîtresse, créé s'il n'existe pas ; exigé là où la présente est donnée par un "
        "réglage."
    ),
    "organisation --ground": GROUND_IN_CLEAR,
    "organisation add --siret": "Son SIRET, quatorze chiffres, s'il en a un.",
    "organisation end --confirm-past": CONFIRMED,
    "organisation end --on": "Le dernier jour où elle compte.",
    "organisation habilitate --by": "Le certificateur qui habilite.",
    "organisation habilitate --from": "Le premier jour.",
    "organisation habilitate --site": "Un site, dans les mots que reprendront les sessions ; peut être répété.",
    "organisation habilitate --to": "Ce qu'il peut faire.",
    "organisation habilitate --until": "Le dernier jour ; sans fin s'il n'est pas dit.",
    "organisation name-certifier --keeps-register": "Il tient le registre : le premier nommé, et aucun autre.",
    "organisation report --on": "Le jour où elle a été informée ; aujourd'hui par défaut.",
    "organisation report --up-to": "Jusqu'à quel jour les changements ont été dits ; par défaut, celui de l'envoi.",
    "organisation report --reference": "Celle de l'envoi à France compétences ; elle ne nomme personne.",
    "organisation resume --on": "Le premier jour où elle compte de nouveau.",
    "organisation suspend --from": "Le premier jour de la suspension.",
    "organisation suspend --until": "Son dernier jour ; jusqu'à la reprise s'il n'est pas dit.",
    "person add --born": "Quand et où elle est née, pour les parchemins ; scellé dans le journal.",
    "person add --sex": "f, m ou unstated, tel qu'elle l'a déclaré, pour les statistiques ; scellé dans le journal.",
    "person add --email": "Son adresse ; aussi l'identifiant de son compte.",
    "person add --name": "Le nom de la personne ; scellé dans le journal.",
    "person add --role": "Un rôle ; peut être répété.",
    "person export --out": "Un dossier qui n'existe pas encore.",
    "person invite --email": "Son adresse, où va l'invitation ; aussi son identifiant de connexion.",
    "person invite --name": "Le nom de quelqu'un de nouveau ; scellé dans le journal.",
    "person invite --role": "Un rôle ; peut être répété pour quelqu'un de nouveau.",
    "person secrecy --signed-on": "Le jour du papier que la personne a signé.",
    "person sign-out --all": "Tout le monde, après une restauration par exemple.",
    "rebuild --check": "Dire seulement quelles lignes diffèrent de ce que dit le journal ; code 1 s'il y en a.",
    "rebuild --processes": (
        "Rejouer les dossiers en autant de processus, d'un processeur et d'une connexion chacun ; 1 à défaut, et "
        "pour --check."
    ),
    "report export --as-of": "Tel que su à la fin d'un jour ; à présent à défaut.",
    "report export --as-position": "Tel que su à une position du journal.",
    "report export --format": "Le format.",
    "report export --history": "Chaque lecture de chaque ligne, de quand à quand elle vaut.",
    "report export --out": "Un fichier ; la sortie standard à défaut.",
    "report export --since": "Les lectures commencées ou finies après une position.",
    "report export --edition": "Avec --since : l'édition de votre copie ; une autre est refusée.",
    "report figures --as-of": "Tel que su à la fin d'une année, son dernier jour ; à présent à défaut.",
    "report figures --format": "Le format.",
    "report figures --out": "Un fichier ; la sortie standard à défaut.",
    "report figures --route": "Une seule voie d'accès.",
    "report figures --year": "L'année des jurys ; la dernière par défaut.",
    "recovered --accept-loss": "Même à un instant antérieur au dernier point de contrôle ; cela est noté.",
    "restore --accept-loss": "Même si elle est plus ancienne que le dernier point de contrôle ; cela est noté.",
    "recovered --without-erasures": WITHOUT_ERASURES,
    "restore --without-erasures": WITHOUT_ERASURES,
    "restore --key": "La clé qui l'a signée, telle que `acquis backup` l'a affichée ; par défaut la nôtre.",
    "review list --all": "Aussi celles qui n'attendent pas de réponse.",
    "review note-ruling --annuls": "S'il annule la décision du jury ou la laisse subsister.",
    "review note-ruling --court": "Quel tribunal a jugé.",
    "review note-ruling --on": "Le jour de son jugement.",
    "review note-ruling --quashes": "Avec --confirms : il casse le jugement qui avait annulé la décision.",
    "review note-ruling --reference": "La référence du jugement ; scellée dans le journal.",
    "review rectifications --all": "Aussi celles qui n'attendent personne.",
    "token make --days": "Combien de jours il est valable.",
    "token make --label": "À quoi sert le jeton.",
    "token make --scope": (
        "Ce qu'il peut faire ; peut être répété : * (par défaut), read, write, ou dans une famille, comme "
        "evidence:write."
    ),
    "token revoke --all": "Tous les jetons de tous, après une restauration par exemple.",
    "token revoke --id": "L'identifiant du jeton, tel que listé.",
    "token revoke --of": "De qui est le jeton, avec --id.",
    "verify --checkpoint": "Un point de contrôle plus ancien ; peut être répété.",
    "verify --key": (
        "La clé de vérification à laquelle se fier, ou un fichier qui la contient ; à défaut, celle du dossier "
        "d'audit, ce qui est dit."
    ),
    "verify --receipt": "Le reçu d'une personne, au lieu d'un dossier d'audit.",
    "verify --witness-key": "La clé d'un témoin, ou un fichier qui la contient : a-t-il vu ces points de contrôle ?",
    "verify --write-zipapp": "Écrire le vérificateur en un fichier qui n'a besoin que de Python.",
    "whatif --acquired": "Compétences qu'un jury jugerait acquises : 7,9.",
    "whatif --all": "Toutes les candidatures du référentiel de ce CODE, au lieu d'une.",
    "whatif --file": "Un fichier de certification sous lequel juger, non publié.",
    "whatif --granted": "Blocs qu'il accorderait.",
    "whatif --mandatory": "Les compétences obligatoires d'un bloc : 1:4,7,9.",
    "whatif --not-acquired": "Compétences qu'il jugerait non acquises.",
    "whatif --required": "Le seuil d'un bloc : 1:6.",
    "whatif --under": "Une autre version publiée sous laquelle juger.",
    "whatif --version": "Avec --all : la version dont elles relèvent ; sinon 1.",
    "whatif --without": "Positions des faits qui n'y seraient pas.",
    "why --block": "Un seul bloc, par le numéro que lui donne la certification.",
    "work --once": "Faire ce qui attend maintenant, puis finir.",
}
"""What an option is for: wherever it stands, or where the words of a group or a command go before it."""


def purpose(path: str, option: str) -> str:
    """What an option of the command called by these words is for; raises StopIteration where that is not said."""
    return OPTIONS[next(places(path, option))]


def places(path: str, option: str) -> Iterator[str]:
    """Where it is said, the nearest first: of the command, of its group, of all."""
    words = path.split()
    nearest_first = (" ".join((*words[:n], option)) for n in range(len(words), -1, -1))
    return (key for key in nearest_first if key in OPTIONS)
