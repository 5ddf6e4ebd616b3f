using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>The engine on the embedded broker.</summary>
public sealed class EmbeddedEngineTests(EmbeddedBroker broker) : EngineSuite, IClassFixture<EmbeddedBroker>
{
    protected override Task<string> BootstrapAsync() => Task.FromResult(broker.BootstrapServers);
}
