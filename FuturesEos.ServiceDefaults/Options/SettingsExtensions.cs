using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FuturesEos.ServiceDefaults.Options;

/// <summary>Registers options classes.</summary>
public static class SettingsExtensions
{
    /// <summary>
    /// Binds an options class to its section and checks it before the host starts; an empty value counts as not given.
    /// </summary>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : class
    {
        builder.Services.AddSingleton<IValidateOptions<TOptions>, Validator<TOptions>>();
        return builder.Services.AddOptions<TOptions>()
            .Bind(Given(builder.Configuration.GetSection(section)))
            .ValidateOnStart();
    }

    private static IConfigurationSection Given(IConfigurationSection section) => new ConfigurationBuilder()
        .AddInMemoryCollection(section.AsEnumerable().Where(setting => !string.IsNullOrEmpty(setting.Value)))
        .Build().GetSection(section.Path);

    private sealed class Validator<TOptions> : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) =>
            (options as ISettings)?.Validate() is { } wrong
                ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }
}
