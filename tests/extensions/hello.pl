# SPDX-License-Identifier: Apache-2.0
# An extension in Perl, made of what thrift-compiler generates: perl hello.pl SOCKET
use strict;
use warnings;

use Thrift::BinaryProtocol;
use Thrift::BufferedTransport;
use Thrift::Server;
use Thrift::UnixServerSocket;
use Thrift::UnixSocket;
use osquery::extensions::Extension;
use osquery::extensions::ExtensionManager;

package Handler;

sub new { my ($class, $uuid) = @_; return bless {uuid => $uuid}, $class; }
sub status { my ($self, $text) = @_; return osquery::extensions::ExtensionStatus->new({code => 0, message => $text, uuid => $self->{uuid}}); }
sub ping { my ($self) = @_; return $self->status('pong'); }
sub shutdown { kill 'TERM', getppid; exit 0; }

sub call {
  my ($self, $registry, $item, $request) = @_;
  my @rows = map { {word => $_, length => length $_} } qw(hello from perl);
  return osquery::extensions::ExtensionResponse->new({status => $self->status('OK'), response => \@rows});
}

package main;

my $path = shift;
my $transport = Thrift::BufferedTransport->new(Thrift::UnixSocket->new($path));
my $core = osquery::extensions::ExtensionManagerClient->new(Thrift::BinaryProtocol->new($transport));
$transport->open();
my $columns = [{id => 'column', name => 'word', type => 'TEXT', op => 0}, {id => 'column', name => 'length', type => 'INTEGER', op => 0}];
my $info = osquery::extensions::InternalExtensionInfo->new({name => 'hello', version => '1.0', sdk_version => '5.0.0', min_sdk_version => '0.0.0'});
my $status = $core->registerExtension($info, {table => {hello => $columns}});
die $status->message . "\n" if $status->code;

my $answer = $core->query('SELECT 6 * 7 AS answer');
print 'the answer is ', $answer->response->[0]{answer}, "\n";
print 'known: ', join(' ', sort map { $_->name } values %{$core->extensions()}), "\n";
print 'type: ', $core->getQueryColumns('SELECT pid FROM processes')->response->[0]{pid}, "\n";
STDOUT->flush();

# Children answer; this process only listens.
$SIG{CHLD} = 'IGNORE';
my $processor = osquery::extensions::ExtensionProcessor->new(Handler->new($status->uuid));
Thrift::ForkingServer->new($processor, Thrift::UnixServerSocket->new("$path." . $status->uuid), Thrift::BufferedTransportFactory->new(),
  Thrift::BinaryProtocolFactory->new())->serve();
