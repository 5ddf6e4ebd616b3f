using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuturesEos.Cli.Supervision;

/// <summary>What a laptop lacks of the pipeline's surroundings, as services of this program.</summary>
internal static class LocalService
{
    /// <summary>Runs one in this process, until it is stopped.</summary>
    public static Task<int> RunAsync<TService, TOptions>(
        string[] arguments, ServiceCommand command, string section)
        where TService : BackgroundService
        where TOptions : class => ServiceHost.RunAsync(arguments, command, async parsed =>
        {
            var builder = ServiceHost.CreateBuilder(parsed);
            builder.AddServiceDefaults();
            builder.AddSettings<TOptions>(section);
            builder.Services.AddHostedService<TService>();
            var application = builder.Build();
            application.MapDefaultEndpoints();
            return await application.RunServiceAsync();
        });
}
