using System.Diagnostics.Metrics;
using System.Linq.Expressions;
using System.Reflection;
using System.Text;

namespace Sametime.Compose.Observability;

/// <summary>
/// Makes the counters a part keeps visible as instruments of a meter: each public number under its own name, <c>MessagesRouted</c> of the hub
/// as <c>sametime.hub.messages_routed</c>. They are read where they are; a value may be a moment old.
/// </summary>
internal static class CounterInstruments
{
    public static void Show(Meter meter, string prefix, object counters)
    {
        foreach (var member in counters.GetType().GetMembers(BindingFlags.Public | BindingFlags.Instance))
        {
            if (TypeOf(member) != typeof(long))
                continue;
            var read = Expression.Lambda<Func<long>>(Expression.MakeMemberAccess(Expression.Constant(counters), member)).Compile();
            meter.CreateObservableCounter($"{prefix}.{SnakeCase(member.Name)}", read);
        }
    }

    private static Type? TypeOf(MemberInfo member) => member switch
    {
        PropertyInfo property => property.PropertyType,
        FieldInfo field => field.FieldType,
        _ => null,
    };

    private static string SnakeCase(string name)
    {
        var words = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0)
                words.Append('_');
            words.Append(char.ToLowerInvariant(letter));
        }
        return words.ToString();
    }
}
