# MIME::Parser: `perl mime_parser.pl FILE…` prints, as JSON, the tree, the headers and the bodies of each message.
use strict;
use warnings;
use utf8;
use Digest::SHA qw(sha256_hex);
use Encode qw(decode);
use JSON::PP;
use MIME::Parser;

sub tree {
    my ($part) = @_;
    return [$part->effective_type, [map { tree($_) } $part->parts]] if $part->parts;
    return [$part->effective_type, sha256_hex($part->bodyhandle->as_string)];
}

sub headers {
    my ($head) = @_;
    my %headers;
    for my $name ($head->tags) {
        my @values = map { my $value = $_; $value =~ s/\r?\n(?=\s)//g; $value =~ s/\r?\n$//; decode('MIME-Header', $value) } $head->get_all($name);
        $headers{lc $name} = \@values;
    }
    return \%headers;
}

my @read;
for my $name (@ARGV) {
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    my $message = $parser->parse_open($name);
    push @read, {
        tree => tree($message),
        headers => headers($message->head),
        complaints => [$parser->results->errors, $parser->results->warnings],
    };
}
print JSON::PP->new->canonical->ascii->encode(\@read), "\n";
