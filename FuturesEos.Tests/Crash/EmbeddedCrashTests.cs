using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>The crash walk on the embedded broker.</summary>
public sealed class EmbeddedCrashTests(EmbeddedBroker broker) : CrashSuite, IClassFixture<EmbeddedBroker>
{
    protected override Task<string> BootstrapAsync() => Task.FromResult(broker.BootstrapServers);
}
