# Quality of the data: what programmes want, and contradictions inside and between messages.
element-missing = { $element ->
        [waybill] The waybill number
        [master-waybill] The number of the master
        [house-waybill] The house waybill number
        [pieces] The number of pieces
        [weight] The gross weight
        [goods] The description of the goods
        [hs] A commodity code of six digits
        [shipper-name] The shipper's name
        [shipper-address] The shipper's address
        [shipper-city] The shipper's city
        [shipper-state] The shipper's state or province
        [shipper-postcode] The shipper's post code
        [shipper-country] The shipper's country
        [consignee-name] The consignee's name
        [consignee-address] The consignee's address
        [consignee-city] The consignee's city
        [consignee-state] The consignee's state or province
        [consignee-postcode] The consignee's post code
        [consignee-country] The consignee's country
       *[other] { $element }
    } is missing; { $programme } wants it{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Add it and send again.
element-invalid = { $element ->
        [waybill] The waybill number
        [master-waybill] The number of the master
        [house-waybill] The house waybill number
        [pieces] The number of pieces
        [weight] The gross weight
        [weight-unit] The unit of the gross weight
        [hs] The commodity code
        [shipper-country] The shipper's country
        [consignee-country] The consignee's country
       *[other] { $element }
    } cannot be used by { $programme }{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Correct it and send again.
party-missing = { $role ->
        [shipper] The shipper
        [consignee] The consignee
       *[other] { $role }
    } is missing altogether; { $programme } wants name and address{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Add the party and send again.
element-junk = “{ $text }” is { $why ->
        [digits] nothing but digits
        [extension] nothing but a file extension
        [repeated] one character, repeated
        [empty] nothing but dots, dashes and blanks
        [special] nothing but special characters
        [special-and-digits] nothing but special characters and digits
        [every-word] nothing but digits, repeated or special characters
       *[other] { $why }
    }, which { $programme } does not accept{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Write what it really is.
stop-words-only = “{ $text }” says nothing: all of it is on { $list ->
        [none] the words for packages
       *[other] the list “{ $list }”
    }, so { $programme } counts it as empty{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Say precisely what or who it is.
stop-word-embedded = “{ $words }” says nothing ({ $programme }, list “{ $list }”). The other words count; say more if you can.
text-says-nothing = “{ $text }” says nothing: all of it is on the list “{ $list }”. { $programme } does not name it and may refuse it all the same. Say precisely what or who it is.
goods-company-name = “{ $text }” is the name of a party, no description of goods ({ $programme }{ $code ->
        [none] {""}
       *[other] {", "}{ $code }
    }). Say what the goods are.
script-not-latin = “{ $text }” is not in Latin script, which { $programme } demands{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Write it in Latin letters.
address-po-box = “{ $text }” { $alone ->
        [yes] is only a post-office box, which is no address for { $programme }. Add a street.
       *[no] has a post-office box, where { $programme } wants none. Give the street alone.
    }
shipper-not-foreign = The shipper is in { $country }, which is not abroad for { $programme }{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Name the shipper who sends the goods there.
consignment-missing = Pieces, weight and goods are missing altogether; { $programme } wants them{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Add them and send again.
routing-outside = The routing ({ $stations }) names no place of { $programme }, and the goods land in { $landing }{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Give the whole routing and send again.
weight-unit-not-taken = The weight is in { $unit ->
        [lb] pounds
       *[kg] kilograms
    }, which { $programme } does not take{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Give it in the other unit.
postcode-form = “{ $text }” is no post code of { $country }, where { $programme } wants { $digits } digits{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Correct it.
house-number-too-long = The house waybill number has { $length } characters; { $programme } reads { $limit }{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Use a shorter number.
consol-indicator-missing = { $why ->
        [text] The goods are described as a consolidation
       *[parties] Shipper and consignee look like forwarders
    }, and the master is not marked as one, which { $programme } asks for{ $code ->
        [none] {""}
       *[other] {" "}({ $code })
    }. Mark it NC (type code 741) and send its houses, or describe the goods.

consol-indicator-contradicts-goods = { $indicator ->
        [direct] The master is marked direct, and its goods read
       *[consolidated] The master is marked as a consolidation, and its goods read
    } “{ $text }”. It was taken as a consolidation. Correct the mark or the description.
house-described-as-consolidation = The goods of a house read “{ $text }”. Describe the goods, or send the houses below it.
direct-master-mentions-houses = The master is marked direct and mentions house waybills: “{ $text }”. If it is a consolidation, mark it so.
text-says-cargo-aircraft-only = The text “{ $text }” says cargo aircraft only, and special handling code CAO is not stated. State it, or correct the text.
text-says-do-not-load = The text “{ $text }” says that the goods must not be loaded. Clear it with whoever ordered it before anything is loaded, then send again without these words.
security-issued-long-ago = The security status was issued at { $issued }, more than { $days } days before the waybill of { $waybill }. Check the date, and whether the status is of these goods.
forwarder-to-forwarder = { $shipper } and { $consignee } look like forwarders, and the master is not marked as a consolidation. Name the real shipper and consignee, or mark it so.
parties-alike = Shipper and consignee are both “{ $name }”. Name the real shipper and the real consignee.
station-not-in-table = { $why ->
        [unsettled] The airports of { $station } lie in several customs territories
       *[unknown] Station { $station } is not in the station table (edition { $edition })
    }, so it is not known which programmes bind there, and the gate holds the goods. { $why ->
        [unsettled] Name the airport and send again.
       *[unknown] Correct the code and send again.
    }
hs-chapter-unknown = Commodity code { $hs } is of a chapter that does not exist. Check it.
pieces-zero = The number of pieces is zero. Correct it and send again.
weight-zero = The weight is zero. Correct it and send again.
piece-weight-implausible = One piece weighs { $kg } kg, outside { $min } to { $max } kg. Check pieces, weight and its unit.
density-implausible = The goods weigh { $density } kg for each cubic metre, outside { $min } to { $max }. Check weight, volume and their units.
volume-unit-unknown = { $unit } is no unit of volume. Correct the unit.
origin-equals-destination = Origin and destination are both { $station }. Correct one of them.
slac-below-pieces = The shipper counts { $slac } pieces inside { $pieces } packages. Check both numbers.
goods-lines-pieces-differ = The goods lines have { $lines } pieces, the consignment { $total }. Make them agree.
goods-lines-weight-differ = The goods lines weigh { $lines_kg } kg, the consignment { $total_kg } kg. Make them agree.
dimensions-exceed-pieces = The dimensions are of { $dimensions } pieces, the consignment has { $pieces }. Correct one of them.
waybill-states-part = The waybill states a part ({ $pieces } pieces) where it should state all. Give the total, marked T.
goods-open-ended = The description ends open: “{ $text }”. Name all the goods.
filler-text = “{ $text }” holds filler instead of data. Fill in the value, or leave the element out.
placeholder-email = { $text } is a placeholder, no e-mail address of a customer. Give the real one, or leave it out.
placeholder-network-address = { $text } lies in { $range }, where no customer's address on the internet lies. Give the real one, or leave it out.
placeholder-number = { $text } is a placeholder, no number. Give the real one, or leave it out.
account-date-in-future = The customer's account was established on { $date }, after { $reference }. Correct the date.
house-number-is-master-serial = House number { $house } is the serial number of its master. Give the house a number of its own.
house-without-master = House { $house } names no master. Send it again with the master's number before departure.

houses-exceed-master = The houses have { $houses } pieces together, the master { $master }. Correct one of them.
houses-below-master = The houses filed so far have { $houses } of the master's { $master } pieces. Send the others.
houses-weight-differs = The houses weigh { $houses_kg } kg together, the master { $master_kg } kg; { $tolerance } per cent are tolerated. Correct one of them.
master-totals-differ = { $element ->
        [pieces] The pieces
        [weight] The weight
        [origin] The origin
        [destination] The destination
       *[other] { $element }
    } of the master: the house says { $stated }, the master { $master }. Make them agree.
filed-twice = { $number } is filed twice with different content. Send one, or an update.
houses-alike = Houses { $house } and { $other } say the same. Withdraw one if it is a duplicate.
programme-unknown = No programme { $programme } is known here, so what is said for it counts for nothing. Name one that is.
