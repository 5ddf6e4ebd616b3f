using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>A service of nothing but the defaults, in the test's process, on a port of its own.</summary>
internal sealed class ServedDefaults(WebApplication application) : IAsyncDisposable
{
    public ServiceHealth Health { get; } = application.Services.GetRequiredService<ServiceHealth>();

    public HttpClient Http { get; } = new() { BaseAddress = new Uri(application.Urls.First()) };

    public static async Task<ServedDefaults> StartAsync(TimeProvider? time = null, string? kafka = null)
    {
        var builder = ServiceHost.CreateBuilder(
            new ServiceCommand("a service of nothing but the defaults").Parse(["--http", "127.0.0.1:0"]));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        if (kafka is not null)
        {
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:kafka", kafka)]);
            builder.AddKafkaSettings("kafka");
        }

        var application = builder.Build();
        application.MapDefaultEndpoints();
        await application.StartAsync();
        return new ServedDefaults(application);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await application.DisposeAsync();
    }
}
