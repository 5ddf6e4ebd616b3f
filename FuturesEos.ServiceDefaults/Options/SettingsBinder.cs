using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace FuturesEos.ServiceDefaults.Options;

/// <summary>
/// Fills options classes from the command line first, then the configuration, then their own defaults.
/// </summary>
public sealed class SettingsBinder
{
    private readonly List<(PropertyInfo Property, SettingAttribute Setting)> _settings = [];

    /// <param name="types">Classes whose properties carry <see cref="SettingAttribute"/>.</param>
    public SettingsBinder(params Type[] types)
    {
        foreach (var property in types.SelectMany(type => type.GetProperties()))
        {
            if (property.GetCustomAttribute<SettingAttribute>() is { } setting) _settings.Add((property, setting));
        }
    }

    /// <summary>Whether an option is a yes or no, which takes no value.</summary>
    public bool IsFlag(string option) =>
        option is "--help" or "-h"
        || _settings.Any(s => s.Setting.Option == option && s.Property.PropertyType == typeof(bool));

    /// <summary>Refuses options that no class declares.</summary>
    /// <exception cref="ExpectedFailure">An option is unknown.</exception>
    public void RefuseUnknown(CommandLine commandLine)
    {
        foreach (var option in commandLine.Options.Keys)
        {
            if (_settings.All(s => s.Setting.Option != option))
                throw ExpectedFailure.Usage($"there is no option {option}; --help lists them");
        }
    }

    /// <summary>Makes an options object.</summary>
    /// <exception cref="ExpectedFailure">A value cannot be read.</exception>
    public T Bind<T>(CommandLine commandLine, IConfiguration configuration)
        where T : new()
    {
        var options = new T();
        foreach (var (property, setting) in _settings.Where(s => s.Property.DeclaringType == typeof(T)))
        {
            var fromCommandLine = commandLine.Options.TryGetValue(setting.Option, out var text);
            if (!fromCommandLine) text = configuration[setting.Key];
            if (fromCommandLine && text is null) text = "true";
            if (string.IsNullOrEmpty(text)) continue;
            if (!SettingValue.TryParse(property.PropertyType, text, out var value))
            {
                var name = fromCommandLine ? setting.Option : setting.Key;
                var shown = setting.IsSecret ? "its value" : $"'{text}'";
                throw ExpectedFailure.Usage($"{name}: {shown} is not {SettingValue.Expected(property.PropertyType)}");
            }

            property.SetValue(options, value);
        }

        return options;
    }

    /// <summary>The help page: option, default, setting, meaning.</summary>
    public void WriteHelp(TextWriter output, string usage)
    {
        output.WriteLine(usage);
        output.WriteLine();
        foreach (var group in _settings.GroupBy(s => s.Property.DeclaringType!))
        {
            var defaults = Activator.CreateInstance(group.Key);
            foreach (var (property, setting) in group)
            {
                var initial = setting.IsSecret ? "" : SettingValue.Format(property.GetValue(defaults));
                output.WriteLine(
                    $"  {setting.Option,-24} {setting.Help}{(initial.Length > 0 ? $" (default {initial})" : "")}");
                output.WriteLine($"  {"",-24} setting {setting.Key.Replace(":", "__", StringComparison.Ordinal)}");
            }
        }
    }
}
