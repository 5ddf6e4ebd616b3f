using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>On the embedded broker.</summary>
public sealed class EmbeddedLateEndOfTransactionTests(EmbeddedBroker broker) : LateEndOfTransactionSuite, IClassFixture<EmbeddedBroker>
{
    protected override Task<string> BootstrapAsync() => Task.FromResult(broker.BootstrapServers);
}
