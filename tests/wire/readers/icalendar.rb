# ruby-icalendar, strict: `ruby icalendar.rb FILE…` prints, as JSON, what it complains of in each file.
require "icalendar"
require "json"

def complaints(name)
  calendars = File.open(name, "r:UTF-8") { |file| Icalendar::Parser.new(file, true).parse }
  calendars.length == 1 ? [] : ["#{calendars.length} calendars"]
rescue StandardError => error
  ["#{error.class}: #{error.message}"]
end

puts JSON.generate(ARGV.map { |name| { complaints: complaints(name) } })
