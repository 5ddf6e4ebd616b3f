using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>On an embedded broker of each test's own.</summary>
public sealed class OutboxRelayOnEmbeddedBrokerTests(PostgresForTests postgres)
    : OutboxRelayTests(postgres), IAsyncDisposable
{
    private BrokerForTests? _broker;

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
    }

    protected override async Task<string> KafkaAsync() =>
        (_broker ??= await BrokerForTests.StartAsync()).BootstrapServers;
}
