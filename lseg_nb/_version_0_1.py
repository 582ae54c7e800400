"What version 0.1 wrote about a model, read as this version's. Written by hand: the lessons say what is, not what was."

def _new_name(name): # of a tensor beside which version 0.1 kept a classifier
    if name.startswith('conse.'): return name.replace('conse.', 'image.classifier.', 1)
    return name.replace('image.', 'image.encoder.', 1) if name.startswith('image.') else name

def upgrade(
    config:dict,     # of `config.json`, of this version or of 0.1; None: only tensors are at hand
    state:dict=None, # parameter name -> tensor
) -> tuple: # configuration and tensors of this version
    "Read what version 0.1 wrote."
    if state and any(k.startswith('conse.') for k in state): state = {_new_name(k):v for k,v in state.items()}
    if config is None or 'backbone' not in config: return config,state
    c = dict(none_of_these=0., vocabulary=0., classifier='tf_efficientnet_lite0', whole=0., familiar=[])
    c = c | dict(shared_block=True) | config
    image = dict(part='dpt', backbone=c['backbone'], features=c['features'], norm=c['norm'])
    if c['vocabulary']:
        image = dict(part='with_classifier', encoder=image, classifier=c['classifier'],
                     weight=c['vocabulary'], whole=c['whole'], familiar=c['familiar'])
    text = dict(part='minilm') if c['text'] == 'minilm' else dict(part='clip', name=c['text'])
    head = dict(part='temperature')
    if c['none_of_these']: head = dict(part='none_of_these', threshold=c['none_of_these'])
    head['t'],block = c['temperature'],c['block']
    if block: block = dict(part='spatial', block=block, depth=c['block_depth'], activation=c['activation'],
                           shared=c['shared_block'])
    return dict(image=image, text=text, head=head, block=block, size=c['size']),state
