using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>One running AppHost for all tests of a class.</summary>
public sealed class AppHostFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private RunningAppHost? _app;

    internal RunningAppHost App => _app!;

    public async ValueTask InitializeAsync() => _app = await RunningAppHost.StartAsync(_data.Path);

    /// <summary>Stops everything, and starts it again on the same data.</summary>
    internal async Task RestartAsync()
    {
        await App.DisposeAsync();
        _app = await RunningAppHost.StartAsync(_data.Path);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _data.Dispose();
    }
}
